"""What all commands share.

``options``  arguments and options.
``study``    a study is read, and the head of the output says what was read and left out.
``output``   tables on a terminal, JSON on standard output, CSV in files written whole or not at all.
``text``     nothing from a file can act on the terminal.
``apart``    work in a process of its own, whose memory is free again afterwards.
"""
