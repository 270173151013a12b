"""What every act and every screen knows: the content and the settings."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, tzinfo

from bot.content.layouts import Layout
from bot.core.delivery.knock import Knock
from bot.core.delivery.quota import Quota
from bot.core.guidance import reminding
from bot.core.guidance.briefing import Briefing, Topic
from bot.core.kernel.capabilities import Capabilities
from bot.core.kernel.values import Ms
from bot.core.opinion.desk import Rules
from bot.core.people.unit_names import Former
from bot.core.schedule.quiet import Days, Rest, is_worked
from bot.core.talk.form import Form
from bot.core.talk.texts import Texts
from bot.core.talk.words import Words


@dataclass(slots=True)
class House:
    """The content and the settings, as they are in force. A turn works on a copy: they may change meanwhile.

    `link_days`: how long a report stays linked to its author. `threshold`: the smallest group shown.
    `addenda_ms`: until so long before a broadcast goes out units below its issuer may add to it.
    `approval`: whether broadcasts need a second person, where their unit did not choose otherwise.
    `paid`: the accounts whose broadcasts are paid for above the free rate, with what their platform shows;
    `quotas`: those whose platform lets them have so many messages; `knocks`: those that tell by a template
    that something waits. `reminders`: when who has not read may be
    reminded. `edits`: the accounts on which a message that stands can be changed; `fileless`: those on which
    nobody gets a file; `linking`: those on which a briefing comes with its address, as they carry no files.
    `serves`: by unit's code, the accounts that people of it and below it are invited to.
    `bare`: what an account without buttons shows, where there is one.
    `public_url`: where the site is reached from outside; empty: nowhere.
    `rest`: when nothing ordinary goes out; `holidays`: what is known of days, whatever goes out on them.
    `former`: a unit's code → the old names that lead to it.
    """

    topics: Mapping[str, Topic]
    briefings: Mapping[str, Briefing]
    forms: Mapping[str, Form]
    texts: Texts
    zone: tzinfo
    owner: str
    contact: str
    words: Words
    threshold: int
    link_days: int
    late_limit_ms: int
    expiry_ms: int
    addenda_ms: int
    ask_above: int
    approval: bool
    paid: Mapping[str, Capabilities]
    rest: Rest
    quotas: Mapping[str, tuple[Quota, Capabilities]]
    knocks: Mapping[str, Knock]
    serves: Mapping[str, tuple[str, ...]]
    layouts: Mapping[str, Layout]
    desk: Rules
    reminders: reminding.Rules
    edits: frozenset[str]
    fileless: frozenset[str]
    linking: frozenset[str]
    public_url: str
    bare: Capabilities | None
    former: Former
    holidays: Days

    def as_now(self) -> "House":
        """What is in force at this moment, whatever is taken up later."""
        return replace(self)

    def take_up(self, other: "House") -> None:
        """From now on what another house says."""
        for one in fields(self):
            setattr(self, one.name, getattr(other, one.name))

    def local(self, ms: Ms) -> datetime:
        """An instant (ms UTC) in the deployment's zone."""
        return datetime.fromtimestamp(ms / 1000, self.zone)

    def today(self, ms: Ms) -> date:
        """The day an instant (ms UTC) falls on in the deployment's zone."""
        return self.local(ms).date()

    def works(self, day: date) -> bool:
        """Whether offices work on a day."""
        return is_worked(day, self.holidays)
