"""The formats of documents, without the programs that write them."""

PAPER = ("docx", "pdf", "html", "xlsx")  # what a run writes when nothing else is asked for
FORMATS = (*PAPER, "pptx")
