"""The commands of the program `workbook`, by what they are about; `analysis.cli` puts them together."""
