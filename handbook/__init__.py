"""The handbook (母子健康手册): pregnancies, their dating, care schedules and the timeline."""
