"""The evaluations by name: those that are there, and those that the contract names and this version lacks."""

from typing import Final

from shopwright.app.evaluations.contract import Evaluation, UnknownEvaluation
from shopwright.app.evaluations.elasticity import evaluate_elasticity
from shopwright.app.evaluations.forecast import evaluate_forecast
from shopwright.app.evaluations.pricing import evaluate_pricing
from shopwright.app.evaluations.replenishment import evaluate_replenishment

EVALUATIONS: Final[dict[str, Evaluation]] = {
    "elasticity": evaluate_elasticity,
    "forecast": evaluate_forecast,
    "pricing": evaluate_pricing,
    "replenishment": evaluate_replenishment,
}
ANNOUNCED: Final = frozenset("matching blocking sentiment aspects spam extraction routing".split())
"""Names of the contract whose measured part is not in the program yet."""


def get_evaluation(name: str) -> Evaluation:
    """Return an evaluation. Raises UnknownEvaluation, with the names that there are."""
    found = EVALUATIONS.get(name)
    if found is not None:
        return found
    if name in ANNOUNCED:
        raise UnknownEvaluation(
            f"The evaluation {name!r} comes with a later version.", known=sorted(EVALUATIONS), later=sorted(ANNOUNCED)
        )
    raise UnknownEvaluation(f"There is no evaluation {name!r}.", known=sorted(EVALUATIONS), later=sorted(ANNOUNCED))
