{{ config(pre_hook="{{ replace_window('as_of_date') }}") }}

{{ type_performance('send_type', 'send_type_key') }}
