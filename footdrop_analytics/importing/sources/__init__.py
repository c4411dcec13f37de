"""What is to be imported, as it lies there.

``parts``       text files, sheets, JSON and databases, each in parts of one kind.
``database``    tables by an address, through SQLAlchemy: read only, and never with a password in sight.
``redcap_api``  a REDCap project by the address of its interface, and ``dictionary``, what its fields ask.
"""
