"""停诊 rescue: who lost a place finds the best other one held for her."""
