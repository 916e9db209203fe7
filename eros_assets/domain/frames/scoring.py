"""What is learned for one week: what texts are and are worth, how fans answer, what deserves more sends."""

from __future__ import annotations

from eros_assets.domain.frames.table import Table, columns

CAPTION_FEATURES = Table(
    "scoring",
    "caption_features",
    ("caption_hash",),
    columns(
        """
caption_hash VARCHAR! key
emoji_count BIGINT! emoji graphemes
emoji_share DOUBLE! emoji graphemes ÷ graphemes
tone VARCHAR! one of the configured tones, computed where the file has none
slang_level VARCHAR! none, light, moderate, heavy
style VARCHAR! PPV or followup style the text fits: solo, bundle, winner, series [1.1, 2.4]
game_kind VARCHAR game a text announces [7.2]
offer VARCHAR what a text announces: piece, bundle, game, race, goal …; null: nothing [10.1]
energy BIGINT! 0–9, order of the tones
structure_score DOUBLE! 0–1 [2.2]
structure_missing VARCHAR! JSON list of missing elements [2.2]
rules_version VARCHAR! hash of the text rules the row was computed with
"""
    ),
    "What a text is like; computed once per caption content hash.",
)

CAPTION_SCORES = Table(
    "scoring",
    "caption_scores",
    ("week_start", "creator_id", "caption_hash"),
    columns(
        """
week_start DATE! Monday the scores are for
as_of_date DATE! last day of data used
creator_id VARCHAR! creator
caption_hash VARCHAR! caption; only the best candidates per caption type and length class are kept
caption_type VARCHAR! caption type
content_type_key VARCHAR null when unknown or too uncertain for the vault filter
char_length BIGINT! trimmed code points
is_optimal_length BOOLEAN! in 250–449 characters [2.1]
is_priced BOOLEAN! price class of the caption type's first send type
length_multiplier DOUBLE! by length bucket
performance_score DOUBLE! 0–100
freshness DOUBLE! 0–100
days_since_use BIGINT days from the last use to week_start, null when this creator never used it
uses_30d BIGINT! this creator's uses in the last 30 days
persona_factor DOUBLE! 0.95–1.05
persona_points DOUBLE! 0–10
eros_score DOUBLE! 0–1, diversity at its best, before slot terms
score_parts VARCHAR! JSON: rps, conversion, execution, diversity, length
structure_score DOUBLE! 0–1
style VARCHAR! solo, bundle, winner, series
expected_revenue DOUBLE! dollars of one send at mean hour, day and price, first of its day; 0 if the type sells nothing
value DOUBLE! what planning counts: expected_revenue, or the stated weight of a text that sells nothing; never a revenue
expected_log_sd DOUBLE! standard deviation of the log of the value (uncertainty of the mean)
n_eff DOUBLE! own decayed sends behind it
is_known DOUBLE! this creator's own sends of it ÷ (those + the weight of the prior), 0–1
"""
    ),
    "What each candidate caption is worth to each creator in one week.",
)

RESPONSE_CURVES = Table(
    "scoring",
    "response_curves",
    ("week_start", "creator_id", "curve", "curve_key"),
    columns(
        """
week_start DATE! Monday the curves are for
creator_id VARCHAR! creator
curve VARCHAR! hour, weekday, send_type, content_type, length, price_length, saturation
curve_key VARCHAR! hour 0–23, weekday 0–6, type key, bucket key, price|bucket, or k
factor DOUBLE! multiplies expected revenue, mean 1 over the creator's sends; saturation: k per further send a day
log_sd DOUBLE! uncertainty of the log factor
n_eff DOUBLE! decayed sends behind it
"""
    ),
    "How expected revenue answers to hour, weekday, type, length, price and volume.",
)

REVENUE_MODEL = Table(
    "scoring",
    "revenue_model",
    ("week_start",),
    columns(
        """
week_start DATE! Monday the model plans for
as_of_date DATE! last day of data it was trained on
model VARCHAR! the trained model as JSON
"""
    ),
    "The week's revenue model, trained on data before the week only.",
)

VOLUME_TRIGGERS = Table(
    "scoring",
    "volume_triggers",
    ("week_start", "creator_id", "kind", "trait_key", "trigger_name"),
    columns(
        """
week_start DATE! Monday the triggers are for; each week replaces the creator's triggers
as_of_date DATE! last day of data used
creator_id VARCHAR! creator
kind VARCHAR! what the trigger is about: send_type, content_type, length_bucket, tone, price
trait_key VARCHAR! send type, content type, bucket, tone or price in question
trigger_name VARCHAR! name of the volume trigger
factor DOUBLE! volume factor of the trigger, 1 when it is not applied
is_applied BOOLEAN! the factor counts in planning
decision VARCHAR! why it is applied or not
confidence VARCHAR! low, moderate, high
n BIGINT! sends behind it: uses in 30 days, or settled priced sends compared
best_count BIGINT TRAIT_SHARE: how many of the best sends have the trait
other_count BIGINT TRAIT_SHARE: how many of the other sends have it
share DOUBLE TRAIT_SHARE: best_count ÷ best sends
p_value DOUBLE TRAIT_SHARE: one-sided Fisher exact, Bonferroni over the traits tested of this creator
reason VARCHAR! the figures in a sentence
metrics VARCHAR! JSON: the figures that met the condition
detected_on DATE! day the evidence ends
expires_on DATE! last day the trigger lives
"""
    ),
    "Send types and traits that deserve more or fewer sends, with the evidence [4.1].",
)

LOW_FREQUENCY_WINNERS = Table(
    "scoring",
    "low_frequency_winners",
    ("week_start", "creator_id", "send_type_key"),
    columns(
        """
week_start DATE! Monday the row is for
as_of_date DATE! last day of data used
creator_id VARCHAR! creator
send_type_key VARCHAR! send type open to the page, not AVOID, with enough sends to be judged
send_count BIGINT! settled sends behind the estimate
shrunk_log_rps DOUBLE! log1p of shrunk dollars per send
top_quarter_line DOUBLE! least shrunk_log_rps of the creator's best quarter of types
ratio DOUBLE! shrunk dollars per send ÷ those at the line
campaign_kind VARCHAR campaign rhythm the type follows, null without one
uses_30d BIGINT! sends in the last 30 days
per_month_min BIGINT least sends a month of that rhythm
is_winner BOOLEAN! among the best and too rare: planning adds toward the minimum
decision VARCHAR! why it is a winner or not
"""
    ),
    "Which send types earn best and are sent too rarely, per creator [4.3].",
)

GAME_PERFORMANCE = Table(
    "scoring",
    "game_performance",
    ("week_start", "creator_id", "game_kind"),
    columns(
        """
week_start DATE! Monday the row is for
as_of_date DATE! last day of data used
creator_id VARCHAR! creator
game_kind VARCHAR! wheel, prize_wheel, mystery_box, scratch_card or card_game, told from the caption's text
n BIGINT! the creator's games of that kind whose earnings are known
mean DOUBLE dollars a game, null without one
sd DOUBLE population standard deviation of the dollars a game, null without one
benchmark DOUBLE! pool mean of the kind, the prior [7.2]
posterior_mean DOUBLE! mean of the normal–inverse-gamma posterior, dollars a game
posterior_sd DOUBLE! scale of the posterior mean's Student t, dollars
degrees DOUBLE! degrees of freedom of that t
low DOUBLE! lower end of the 95% interval of the mean
high DOUBLE! upper end of the 95% interval of the mean
ratio DOUBLE! posterior mean ÷ benchmark
verdict VARCHAR! avoid, keep or recommend
last_played DATE last day the creator sent that game
"""
    ),
    "What each kind of game earns a creator, against the pool's figure [7.2].",
)
