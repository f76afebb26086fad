"""One text being answered: all that is needed at every turn of the way, and the decision it makes.

What a number would pick afterwards is read from the reply itself: nobody is offered what they
were not shown.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from smsbot.core.answers import Answer, Group
from smsbot.core.contacts import MEMORY, MOST_OFFERED, Contact, Offer, Place
from smsbot.core.inbound.catalogue import Catalogue
from smsbot.core.inbound.choosing import named_in
from smsbot.core.inbound.decision import Decision, Step
from smsbot.core.inbound.router import Route
from smsbot.core.messages import InboundMessage, Lang

_NOT_OFFERED = frozenset({"MENU", "LANG"})
"""What replies name beside the topics they offer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One text on its way to a reply."""

    message: InboundMessage
    contact: Contact
    catalogue: Catalogue
    now: datetime
    route: Route
    lang: Lang
    words: tuple[str, ...]
    """The folded words of the text."""
    context_topic: str | None = None
    context_offer: tuple[str, ...] = ()

    def decision(
        self,
        rule: str,
        text: str,
        *,
        topic: str | None = None,
        later: tuple[str, ...] = (),
        offered: Iterable[str] | None = None,
        **more: object,
    ) -> Decision:
        """A decision of one message and its later parts, with language and offers remembered.

        `offered` are the keywords a number now stands for; None: those the messages name.
        """
        named = self._named((text, *later), topic) if offered is None else offered
        keywords = tuple(named)[:MOST_OFFERED]
        contact = replace(
            self.contact,
            lang=self.contact.lang if self.contact.lang_chosen else self.lang,
            offer=Offer(keywords=keywords, expires_at=self.now + MEMORY) if keywords else None,
        )
        base = {
            "step": Step.MENU, "confidence": self.route.confidence,
            "runners_up": self.route.runners_up, "context_topic": self.context_topic,
            "context_offer": self.context_offer,
        }  # fmt: skip
        return Decision(
            rule=rule, topic=topic, lang=self.lang, messages=(text,), later=later,
            contact=contact, **(base | more),  # type: ignore[arg-type]
        )  # fmt: skip

    def remember(self, decided: Decision, answer: Answer, part: int) -> Decision:
        """The same decision, with the place in this answer remembered."""
        place = Place(
            keyword=answer.keyword, lang=self.lang, part=part, expires_at=self.now + MEMORY
        )
        return replace(decided, contact=replace(decided.contact, place=place))

    def menu(self) -> str:
        """The menu's text; empty when there is no menu."""
        answer = self.catalogue.answers.get("MENU", self.lang)
        return answer.text(self.now.date()) if answer else ""

    def offer(self) -> tuple[str, ...]:
        """What the contact may choose from by number, while it is remembered."""
        offer = self.contact.offer
        if offer is None or offer.expires_at <= self.now:
            return ()
        answers = self.catalogue.answers
        there = all(answers.get(keyword, self.lang) is not None for keyword in offer.keywords)
        # With one of them gone, the numbers on the screen stand for nothing any more.
        return offer.keywords if there else ()

    def _named(self, texts: tuple[str, ...], topic: str | None) -> Iterable[str]:
        found: dict[str, None] = {}
        for spelling in (name for text in texts for name in named_in(text)):
            name = self.catalogue.index.names.get(spelling.replace("Ñ", "N"))
            if name is None or name.group is Group.RESERVED or name.keyword in _NOT_OFFERED:
                continue
            if name.keyword != topic:
                found[name.keyword] = None
        return found
