"""Health-education articles (科普文章): write, review, publish, withdraw, search."""
