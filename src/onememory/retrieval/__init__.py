"""How a question finds its memories: words, dates, cues, fusion, confidence. Values in, values out."""
