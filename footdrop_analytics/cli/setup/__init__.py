"""Before the first log: what is handed out, and what an installation consists of.

``template``  an empty workbook for people who write logs, or a file for exercises of one's own.
``schema``    the form of every table, for people who write log apps.
``shortcut``  a file to double-click that opens the dashboards.
``sbom``      every package inside, for a clinic's computer department.
"""
