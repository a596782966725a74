"""Kinds of settings: names, minutes, amounts, and a block that refuses unknown keys."""

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from clinic_siting.siting.rules import MOST_AMOUNT, MOST_COUNT
from clinic_siting.siting.score import MOST_WEIGHT

LONGEST_MIN = 24 * 60
SECONDS_AT_MOST = 1e6  # larger numbers are no slip between minutes and seconds


def as_names(value: object) -> object:
    """One name needs no brackets, and a number (a decile, a 0 or 1) is a name like any other."""
    values = value if isinstance(value, list | tuple) else (value,) if isinstance(value, str | int) else value
    if not isinstance(values, list | tuple):
        return values
    return tuple(str(v) if isinstance(v, int) and not isinstance(v, bool) else v for v in values)


def number(value: object) -> object:
    """YAML reads `yes` and `on` as true, which Python would count as 1."""
    if isinstance(value, bool):
        raise ValueError("input should be a number, not true or false")  # noqa: TRY004 - pydantic's way
    return value


def minutes(value: object) -> object:
    """Refuse more minutes than a day has, and say what such a number looks like."""
    value = number(value)
    if isinstance(value, int | float) and LONGEST_MIN < value < SECONDS_AT_MOST:
        raise ValueError(
            f"at most {LONGEST_MIN} minutes, a day; are these seconds? Then give {value / 60:.4g}"
        )
    return value


Names = Annotated[tuple[str, ...], BeforeValidator(as_names)]
Group = Annotated[Names, Field(min_length=1)]
Minutes = Annotated[float, BeforeValidator(minutes), Field(ge=0, le=LONGEST_MIN, allow_inf_nan=False)]
Change = Annotated[
    float, BeforeValidator(minutes), Field(ge=-LONGEST_MIN, le=LONGEST_MIN, allow_inf_nan=False)
]
Weight = Annotated[float, BeforeValidator(number), Field(ge=0, le=MOST_WEIGHT, allow_inf_nan=False)]
Amount = Annotated[float, BeforeValidator(number), Field(ge=0, le=MOST_AMOUNT, allow_inf_nan=False)]
Count = Annotated[int, BeforeValidator(number), Field(ge=0, le=MOST_COUNT)]
MOST_DRAWS = 10_000  # half a second each: more than an hour
Draws = Annotated[Count, Field(le=MOST_DRAWS)]


def ascending(bands: tuple[float, ...]) -> tuple[float, ...]:
    """Refuse thresholds that do not ascend."""
    if list(bands) != sorted(set(bands)):
        raise ValueError("thresholds must ascend and differ")
    return bands


def tile_address(address: str) -> str:
    """Refuse an address in which a map could put no tile's place."""
    missing = [place for place in ("{z}", "{x}", "{y}") if place not in address]
    if missing:
        raise ValueError(f"lacks {', '.join(missing)}")
    return address


class Block(BaseModel):
    """A part of a config: frozen, and without keys that nobody reads."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)
