"""WeChat made small and typed: callback codec, messages, login, and a fake of each."""
