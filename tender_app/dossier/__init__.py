"""The reading room: pages that show a life across stages."""
