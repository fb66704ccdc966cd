"""Release by draw (抽签放号): wishes of the first minutes are collected, ordered, and granted."""
