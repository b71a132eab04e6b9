"""The words for people: what each reason, limit and exclusion means, in one place. Pure."""

from typing import Final

from shopwright.pricing.codes import LimitKind, Reason
from shopwright.pricing.comparability import Exclusion

LIMIT_WORDS: Final[dict[LimitKind, str]] = {
    LimitKind.COST: "cost",
    LimitKind.MINIMUM_MARGIN: "minimum margin",
    LimitKind.MINIMUM_MARKUP: "minimum mark-up",
    LimitKind.MINIMUM_PRICE: "minimum price",
    LimitKind.MAP: "minimum advertised price",
    LimitKind.DAILY_DROP: "largest drop in a day",
    LimitKind.WEEKLY_DROP: "largest drop in a week",
    LimitKind.MAXIMUM_PRICE: "maximum price",
    LimitKind.MARKET_CEILING: "market ceiling",
    LimitKind.DAILY_RISE: "largest rise in a day",
    LimitKind.WEEKLY_RISE: "largest rise in a week",
}

LIMIT_SOURCES: Final[dict[LimitKind, str]] = {
    kind: "product"
    if kind in {LimitKind.COST, LimitKind.MINIMUM_PRICE, LimitKind.MAXIMUM_PRICE, LimitKind.MAP}
    else "policy"
    for kind in LimitKind
}
"""Where a limit is set and can be edited: on the product or in its policy."""

REASON_SENTENCES: Final[dict[Reason, str]] = {
    Reason.NO_POLICY: "No pricing policy covers this product.",
    Reason.PRICE_MISSING: "The present price is missing.",
    Reason.PRICE_INVALID: "The present price is not an amount above zero.",
    Reason.COST_MISSING: "The cost is missing.",
    Reason.COST_INVALID: "The cost is not an amount above zero.",
    Reason.MIN_PRICE_MISSING: "The minimum price is missing.",
    Reason.MIN_PRICE_INVALID: "The minimum price is not an amount above zero.",
    Reason.MAX_PRICE_MISSING: "The maximum price is missing.",
    Reason.MAX_PRICE_INVALID: "The maximum price is not an amount above zero.",
    Reason.MAP_INVALID: "The minimum advertised price is not an amount above zero.",
    Reason.EARLIER_PRICE_INVALID: "A price of the last week is not an amount above zero.",
    Reason.TAX_RATE_MISSING: "The price includes tax, and the tax rate is missing.",
    Reason.TAX_RATE_INVALID: "The tax rate is not between 0 and 100 %.",
    Reason.EXCHANGE_RATE_MISSING: "There is no exchange rate from the currency of the cost to that of the price.",
    Reason.OUT_OF_RANGE: "A limit would be 10^12 or more.",
    Reason.BOUNDS_SWAPPED: "The minimum price is above the maximum price.",
    Reason.LIMITS_CONTRADICT: "The limits leave no price between them.",
    Reason.CANDIDATE_INVALID: "The price that was wanted is not an amount above zero.",
    Reason.CHECK_FAILED: "The price did not pass the final check of its gross, net and converted value.",
    Reason.NO_CANDIDATE: "The strategy wants no other price.",
    Reason.UNCHANGED: "The price in force is the best that is allowed.",
    Reason.NO_ENDING_FITS: "No allowed price ending lies between the limits.",
    Reason.PRICE_WAR: "We and a rival keep undercutting each other; the price is held.",
    Reason.OSCILLATION: "The price has gone up and down too often lately; it is held.",
    Reason.FALLING: "The price has fallen too far lately; it is held.",
    Reason.IN_FLIGHT: "An earlier price is still on its way to the shop.",
    Reason.EXPERIMENT: "An experiment keeps this price as it was, to compare others with it.",
    Reason.POSITION: "The price follows its position among comparable rivals.",
    Reason.NO_RIVALS: "There is no comparable rival offer.",
    Reason.TARGET_MARGIN: "Without rivals, the price follows the target margin.",
    Reason.STOCK_AGE_STEP: "The age of the stock moved the price.",
    Reason.COVER_STEP: "The days of cover moved the price.",
    Reason.DEAD_BAND: "The wanted change is too small to be made.",
    Reason.WEAK_MATCH: "A rival's product may be another than ours; the confidence is lowered.",
    Reason.DOUBTFUL_OFFER: "Stock, condition or shipping of a rival offer is not known; the confidence is lowered.",
    Reason.OUTSIDE_LIMITS_NOW: "The price in force breaks the limits.",
    Reason.EXPECTED_GAIN: "The expected gain over keeping the price is the highest there.",
    Reason.GAIN_UNCLEAR: "No other price is clearly better than the present one.",
    Reason.RESPONSE_UNKNOWN: "Too little is known of how demand answers to this price.",
    Reason.STOCK_SHORT: "The stock is expected to run out.",
    Reason.EXPLORING: "A small step of known chance shows how demand answers.",
    Reason.EXPRESSION: "The price follows the expression of its policy.",
    Reason.INPUT_MISSING: "A figure that the expression asks for is not known for this product.",
    Reason.PYTHON_STRATEGY: "The price comes from a strategy of another package.",
    Reason.STRATEGY_FAILED: "The strategy of another package has failed; the price stays.",
    Reason.PORTFOLIO: "The price keeps a rule between products.",
    Reason.PORTFOLIO_CONFLICT: "Rules between products cannot be kept within the limits; the price is held.",
}

EXCLUSION_WORDS: Final[dict[Exclusion, str]] = {
    Exclusion.OWN_OFFER: "it is our own offer",
    Exclusion.IGNORED_COMPETITOR: "the competitor is ignored",
    Exclusion.UNMATCHED: "it is not matched to this product",
    Exclusion.MATCH_REJECTED: "the match was rejected",
    Exclusion.WEAK_MATCH: "the match is not sure enough",
    Exclusion.OUT_OF_STOCK: "it is out of stock",
    Exclusion.AVAILABILITY_UNKNOWN: "it is not known whether it is in stock",
    Exclusion.CONDITION_DIFFERS: "it is used or refurbished",
    Exclusion.CONDITION_UNKNOWN: "its condition is not known",
    Exclusion.CONDITIONAL_PRICE: "not every buyer gets this price",
    Exclusion.STALE: "it was seen too long ago",
    Exclusion.DATED_IN_FUTURE: "it is dated in the future",
    Exclusion.PRICE_NOT_POSITIVE: "its price is not an amount above zero",
    Exclusion.SHIPPING_UNKNOWN: "its shipping cost is not known",
    Exclusion.PACK_NOT_COMPARABLE: "its pack size cannot be compared",
    Exclusion.NO_EXCHANGE_RATE: "there is no exchange rate for its currency",
    Exclusion.TAX_BASIS_UNKNOWN: "its price is net or gross unlike ours, and the tax rate is not known",
    Exclusion.OUTLIER: "its price is far from all others",
}
