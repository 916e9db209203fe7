{# CTEs that every as-of table starts from. For each as_of_date of the run they see only days ≤ it, so a
   range of days is one query and equals its single days.

   `evidence` holds the mature sends of the window of `kind` whose earnings are known, wall posts
   included (`has_worth`), one row per as_of_date and send:
     sender_key    creator, or page of a former creator (for pool priors only)
     weight        0.5 ^ (age in days ÷ half-life)
     mature_age    days before the newest day whose sends are all mature
     money         earnings, capped at the sender's winsor quantile of the window and price class; wall posts
                   that sell nothing do not move the cap
     is_judged     by views or by money
     log_money     ln(1 + money)
     sent_count, viewed_count, purchased_count   0 where nobody counted the recipients: rates never see a wall post
   A window of N days holds the ages 0 … N-1. #}
{% macro evidence(kind, columns=[], where='true') -%}
    mature as (
        select
            days.as_of_date,
            coalesce(sends.creator_id, 'page:' || sends.page_name) as sender_key,
            sends.creator_id,
            sends.send_date,
            {% for column in columns -%}
            sends.{{ column }},
            {% endfor -%}
            sends.is_priced,
            sends.earnings,
            sends.is_rated,
            {{ is_judged('sends') }} as is_judged,
            {% for name in ['sent_count', 'viewed_count', 'purchased_count'] -%}
            case when sends.is_rated then coalesce(sends.{{ name }}, 0) else 0 end as {{ name }},
            {% endfor -%}
            date_diff('day', sends.send_date, days.as_of_date) as age_days,
            date_diff('day', sends.send_date, cast({{ maturity_limit('days.as_of_date') }} - interval 1 second as date))
                as mature_age
        from {{ ref('fct_sends') }} as sends
        inner join {{ as_of_days() }} as days
            on
                sends.send_date <= days.as_of_date
                and sends.send_date > days.as_of_date - {{ param_int(kind ~ '_window') }}
        where {{ has_worth('sends') }} and sends.sent_local < {{ maturity_limit('days.as_of_date') }} and {{ where }}
    ),

    ranked as (
        select
            as_of_date,
            sender_key,
            is_priced,
            list(earnings order by earnings) as sorted,
            {{ param('winsor_quantile') }} * (count(*) - 1) as position
        from mature
        where is_judged
        group by as_of_date, sender_key, is_priced
    ),

    caps as (
        select
            as_of_date,
            sender_key,
            is_priced,
            sorted[cast(floor(position) as bigint) + 1] as below,
            below + (position - floor(position))
            * (coalesce(sorted[cast(floor(position) as bigint) + 2], below) - below) as cap
        from ranked
    ),

    evidence as (
        select
            mature.*,
            pow(0.5, mature.age_days / {{ param(kind ~ '_half_life') }}) as weight,
            least(mature.earnings, caps.cap) as money,
            ln(1 + greatest(least(mature.earnings, caps.cap), 0)) as log_money
        from mature
        left join caps
            on
                mature.as_of_date = caps.as_of_date
                and mature.sender_key = caps.sender_key
                and mature.is_priced = caps.is_priced
    )
{%- endmacro %}

{# Condition: what the send earned teaches what such a send earns. Rated messages do; wall posts and stories,
   which have no recipients to be rated by, do when the export says what they earned, be it nothing. #}
{% macro has_worth(sends) -%}
    ({{ sends }}.is_rated or coalesce(
        {{ is_wall(sends ~ '.channel_key') }} and not {{ sends }}.is_withdrawn and {{ sends }}.earnings is not null, false
    ))
{%- endmacro %}

{% macro is_wall(channel) -%}
    {{ channel }} in ('wall_post', 'story')
{%- endmacro %}

{# Condition: the send can be judged, by views or by money: a wall post that sells nothing has neither, and
   would only make its caption look better known than it is. #}
{% macro is_judged(sends) -%}
    ({{ sends }}.is_rated or {{ sends }}.is_priced or {{ sends }}.send_type_key in (
        select earning.send_type_key from {{ ref('send_types') }} as earning where earning.money != 'none'
    ))
{%- endmacro %}

{# Local time before which a send is mature at the end of the day `as_of`. #}
{% macro maturity_limit(as_of) -%}
    cast({{ as_of }} + 1 as timestamp) - to_hours({{ param_int('maturity_hours') }})
{%- endmacro %}

{# The EVIDENCE columns of a group of rows of `evidence`. #}
{% macro evidence_columns() -%}
    count(*) as send_count,
    {{ exact_sum('weight') }} as n_eff,
    {{ exact_sum('weight * money') }} / {{ exact_sum('weight') }} as rps,
    {{ exact_sum('weight * log_money') }} / {{ exact_sum('weight') }} as log_rps,
    {{ exact_sum('weight * sent_count') }} as sent_weighted,
    {{ exact_sum('weight * viewed_count') }} as viewed_weighted,
    {{ exact_sum('weight * purchased_count') }} as purchased_weighted
{%- endmacro %}

{# Posterior mean: n·mean + κ·prior over n + κ; the prior alone without evidence. #}
{% macro shrunk(mean, prior, n='n_eff') -%}
    (coalesce({{ n }}, 0) * coalesce({{ mean }}, 0) + {{ param('shrinkage_kappa') }} * ({{ prior }}))
    / (coalesce({{ n }}, 0) + {{ param('shrinkage_kappa') }})
{%- endmacro %}

{# exp(x) - 1: dollars of a mean on the log1p scale. #}
{% macro dollars(log_mean) -%}
    (exp({{ log_mean }}) - 1)
{%- endmacro %}

{# The EVIDENCE columns of a left-joined relation: zero counts where it has no row. #}
{% macro evidence_or_none(relation) -%}
    coalesce({{ relation }}.send_count, 0) as send_count,
    coalesce({{ relation }}.n_eff, 0) as n_eff,
    {{ relation }}.rps,
    {{ relation }}.log_rps,
    coalesce({{ relation }}.sent_weighted, 0) as sent_weighted,
    coalesce({{ relation }}.viewed_weighted, 0) as viewed_weighted,
    coalesce({{ relation }}.purchased_weighted, 0) as purchased_weighted
{%- endmacro %}

{# The value, not below zero; null stays null (greatest() would give zero). #}
{% macro not_below_zero(value) -%}
    case when {{ value }} < 0 then 0 else {{ value }} end
{%- endmacro %}
