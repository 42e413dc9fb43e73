"""A family's day in a real Home Assistant with a real server, and a judge of what was written down about it.

`timetable` is what is going to happen, as data; `play` lets it happen and keeps a diary; `record` reads what Home
Assistant wrote down and what the phone showed; `judge` compares the two, and knows nothing of how the product decides.
"""
