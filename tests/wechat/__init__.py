"""Tests of the room wechat/."""
