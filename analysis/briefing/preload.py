"""What every run needs, imported once in the server that runs are forked from: `multiprocessing` loads this module there.

Imports, and what Python itself makes ready at first use; no thread is started, for a process with threads must not be
forked.
"""

# ruff: noqa: E402, F401
import gc
from typing import get_args

gc.disable()  # what is imported stays: there is nothing to look for

import highspy._core
import IPython.core.application
import IPython.core.completer
import IPython.core.completerlib
import IPython.core.interactiveshell
import IPython.core.logger
import IPython.core.magics
import IPython.core.oinspect
import nbformat
import numpy.ma
import openpyxl
import openpyxl.packaging.extended
import pandas
import papermill.engines
import papermill.iorw
import papermill.parameterize
import pyarrow.dataset
import pyarrow.pandas_compat
import pyarrow.parquet
import pylopdf_fonts_zh_cn
import typst

import analysis.briefing.engine
import analysis.briefing.paper
import analysis.briefing.runner
import analysis.sources.audit
import analysis.sources.synthetic
from analysis.briefing.documents.templates import prepare
from analysis.briefing.documents.typesetting import fonts
from analysis.briefing.documents.word_package import package_of
from analysis.quantities import Language
from analysis.sources.results import code
from analysis.views.blocks import Page

fonts()
code()
prepare()
for _language in get_args(Language):
    for _page in get_args(Page):
        package_of(_language, _page)
nbformat.validate(nbformat.v4.new_notebook())  # writes and compiles the code of its checks
gc.freeze()  # what stands here stays: no run looks through it for garbage, and its pages stay shared
gc.enable()
