"""What every run needs, imported once in the server that runs are forked from: `multiprocessing` loads this module there.

Imports only: nothing is read, and no thread is started, for a process with threads must not be forked.
"""

# ruff: noqa: F401
import IPython.core.interactiveshell
import nbformat.v4
import openpyxl
import pandas
import papermill.engines
import papermill.iorw
import papermill.parameterize
import pylopdf_fonts_zh_cn
import pypandoc
import scipy.optimize
import typst

import analysis.briefing.engine
import analysis.briefing.paper
import analysis.briefing.runner
import analysis.sources.synthetic
