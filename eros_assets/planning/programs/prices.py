"""What is given up rather than a limit, dearest first, in best captions of the week or page."""

from __future__ import annotations

CAMPAIGNS_COST = 60.0
"""One campaign more than the month holds [4.3]: a limit, while the day's volume is an aim."""
EMPTY_COST = 50.0
"""One empty slot."""
FEWER_COST = 30.0
"""One send less on a day than its volume."""
VARIETY_COST = 8.0
"""One kind of revenue send too few in the week [3.3]."""
RANGE_COST = 6.0
"""One send of a type outside its weekly range."""
RELAXED_COST = 3.2
"""One grade of a text: another kind, or half a step of the fallback ladder."""
CONTENT_COST = 3.0
"""One send of a content type too often."""
SHORT_COST = 2.0
"""One text of optimal length too few [2.1]."""
QUOTA_COST = 1.0
"""One send too few of a raised trait, or too many of a lowered one [4.1]."""
LATE_LINK = 0.3
"""One link on a day without a campaign of its own [1.5]."""
ALIKE_COST = 0.2
"""One more text that reads like another of the week."""
UNPAID = 0.1
"""Moving a send that earns nothing itself, against moving one that does."""
