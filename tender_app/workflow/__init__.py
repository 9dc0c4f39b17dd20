"""The mechanism of the law: tables of acts, the one door, and sight."""
