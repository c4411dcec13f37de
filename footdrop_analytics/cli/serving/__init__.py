"""The dashboards in a browser, on this machine only, behind a token.

``lab`` opens JupyterLab and ``serve`` Voilà. Both find the study and the notebooks (``shown``), take their address
before anything starts (``listening``), and hand it to a process of their own (``server``, ``child``). With ``serve``,
``viewers`` says how many pages the memory allows and ``kernels`` keeps to it. ``share`` holds the page that Voilà
fills; it loads nothing from elsewhere.
"""
