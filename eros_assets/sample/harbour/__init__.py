"""The second sample agency: other words, habits, file forms and another response than the first one's.

Nothing is shared with the first agency but the tables an export must have. What belongs here: one
module each for words, captions, pages, history, response and files. How to choose an agency stands
in :mod:`eros_assets.sample.sample`, how to read either truth in :mod:`eros_assets.sample.worlds`.
"""
