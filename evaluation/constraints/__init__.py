"""An open benchmark of constraints: invented postings and people whose truth is known."""
