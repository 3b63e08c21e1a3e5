"""Times of libmfa in templates."""

import datetime
from typing import Optional

from django import template
from django.utils import formats, timezone

register = template.Library()


@register.filter
def unix_time(seconds: Optional[int]) -> str:
    """Unix seconds as a date and time where the page is read; "" for what is no time."""
    try:
        at = datetime.datetime.fromtimestamp(int(seconds or 0), datetime.timezone.utc)
    except (OverflowError, OSError, TypeError, ValueError):
        return ""
    return formats.date_format(timezone.localtime(at), "SHORT_DATETIME_FORMAT")
