"""What waits for one page: it is bounded, filtered, and told anew after a loss."""

import pytest
from tests.factories.identity import principal

from shopwright.app.live.mailbox import Mailbox
from shopwright.app.live.topics import TOPICS
from shopwright.kit.ids import new_tenant_id

PRODUCTS = next(topic for topic in TOPICS if topic.name == "products")
MARKET = next(topic for topic in TOPICS if topic.name == "market")


@pytest.fixture
def mailbox() -> Mailbox:
    made = Mailbox(principal(new_tenant_id(), {"catalog:read"}), most=3)
    assert made.take_stale()
    return made


def everything(mailbox: Mailbox) -> list[str]:
    taken = []
    while (message := mailbox.take()) is not None:
        taken.append(message)
    return taken


def test_messages_come_out_in_the_order_in_which_they_came() -> None:
    mailbox = Mailbox(principal(new_tenant_id(), {"catalog:read"}))
    mailbox.put(PRODUCTS, "before the snapshot, which holds it")
    assert mailbox.take_stale()
    mailbox.put(PRODUCTS, "one")
    mailbox.put(PRODUCTS, "two")
    assert everything(mailbox) == ["one", "two"]
    assert not mailbox.take_stale()


def test_what_the_principal_may_not_see_is_not_put_in(mailbox: Mailbox) -> None:
    mailbox.put(MARKET, "hidden")
    assert len(mailbox) == 0


def test_one_message_too_many_makes_all_of_them_give_way_to_a_snapshot(mailbox: Mailbox) -> None:
    for message in "abcdefg":
        mailbox.put(PRODUCTS, message)
        assert len(mailbox) <= 3
    assert everything(mailbox) == []
    assert mailbox.take_stale()
    mailbox.put(PRODUCTS, "h")
    assert everything(mailbox) == ["h"]


async def test_a_reader_wakes_for_a_message_a_loss_and_a_doubt(mailbox: Mailbox) -> None:
    assert mailbox.take() is None
    assert not await mailbox.arrival(0.01)
    mailbox.put(PRODUCTS, "a")
    assert await mailbox.arrival(0.01)
    assert everything(mailbox) == ["a"]
    assert not await mailbox.arrival(0.01)
    mailbox.spoil()
    assert mailbox.take() is None
    assert await mailbox.arrival(0.01)
    assert mailbox.take_stale()
    assert mailbox.take() is None
    mailbox.doubt(new_tenant_id())
    assert not await mailbox.arrival(0.01)
    for subject in (
        mailbox.principal.tenant, mailbox.principal.person, mailbox.principal.member, mailbox.principal.credential,
    ):  # fmt: skip
        mailbox.doubt(subject)
        assert await mailbox.arrival(0.01)
        assert mailbox.take_doubt()
        assert not mailbox.take_doubt()
        assert mailbox.take() is None
