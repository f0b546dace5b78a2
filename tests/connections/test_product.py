"""What a product brings is registered once, under its own name."""

from dataclasses import replace
from datetime import timedelta

import pytest

from connections import product
from connections.product import Product
from crm.product import PRODUCT as CRM
from desk.product import PRODUCT as DESK
from zohoportal.outbox.worker.schedule import RegularJob

FREE = replace(DESK.envelope, product="free")
TASK = replace(DESK.features[0], key="free.tasks")
JOB = RegularJob("free", timedelta(minutes=1), lambda: None)
REPLY = replace(DESK.senders[0], kind="free.reply")  # type: ignore[type-var]  # a Sender


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Register into a copy."""
    monkeypatch.setattr(product, "_products", dict(product._products))


class TestRegister:
    def test_takes_what_is_its_own(self) -> None:
        free = Product("Zoho Free", FREE, [TASK], senders=[REPLY])

        product.register(free)

        assert product.named("free") is free
        assert [each.key for each in product.every()] == [
            "crm",
            "desk",
            "campaigns",
            "books",
            "free",
        ]
        assert TASK.product_name == "Zoho Free"

    @pytest.mark.parametrize(
        ("wrong", "words"),
        [
            (CRM, "product crm is registered twice"),
            (Product("F", FREE, [TASK, TASK]), "a name twice"),
            (Product("F", FREE, [TASK], senders=[REPLY, REPLY]), "a name twice"),
            (Product("F", FREE, [TASK], jobs=[JOB, JOB]), "a name twice"),
            (Product("F", FREE, DESK.features), "does not begin with free"),
            (Product("F", FREE, [TASK], senders=CRM.senders), "does not begin"),
        ],
    )
    def test_refuses_another_ones_name(self, wrong: Product, words: str) -> None:
        before = product.every()

        with pytest.raises(ValueError, match=words):
            product.register(wrong)

        assert product.every() == before
