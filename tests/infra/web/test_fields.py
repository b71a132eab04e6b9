"""Field types that bodies and queries share."""

from datetime import UTC, date, datetime

import pytest
from pydantic import TypeAdapter, ValidationError

from shopwright.infra.web.fields import Day, Moment


@pytest.mark.parametrize("number", ["0", "0.5", "-3", " 1", "1_0", 0, 1.5])
def test_a_number_is_no_day_and_no_moment(number: object) -> None:
    """It would be taken for seconds since 1970."""
    for kind in (Day, Moment):
        with pytest.raises(ValidationError):
            TypeAdapter[object](kind).validate_python(number)


def test_days_and_moments_are_written_as_iso_8601_does() -> None:
    assert TypeAdapter(Day).validate_python("2026-03-02") == date(2026, 3, 2)
    moment = TypeAdapter(Moment).validate_python("2026-03-02T12:00:00+01:00")
    assert moment == datetime(2026, 3, 2, 11, tzinfo=UTC)
    with pytest.raises(ValidationError):
        TypeAdapter(Moment).validate_python("2026-03-02T12:00:00")
