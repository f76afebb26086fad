"""What sending costs: an estimate from the price of one segment."""

from dataclasses import dataclass
from decimal import Decimal

LIST_PRICE = Decimal("0.0118")
"""US dollars for an outbound segment: Twilio's $0.0083 and a carrier's usual fee of $0.0035.

Source: https://www.budgetforge.dev/tools/twilio-sms-pricing-2026 (of 2026-07-05, read 2026-11-23),
which gives fees from $0.0025 to $0.0062; the account's own bill is what holds.
"""
LIST_PRICE_SAYS = "Twilio's US list price with a usual carrier fee, read 2026-11-23"


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentPrice:
    """What one outbound segment costs, and where that figure is from."""

    dollars: Decimal
    says: str

    def of(self, segments: int, sends: int = 1) -> Decimal:
        """Dollars for a text of so many segments that is sent so often."""
        return self.dollars * segments * sends


def segment_price(dollars: Decimal) -> SegmentPrice:
    """The price as the settings have it; the list price says where it is from."""
    says = LIST_PRICE_SAYS if dollars == LIST_PRICE else "the price set for this installation"
    return SegmentPrice(dollars=dollars, says=says)
