"""Runs config/examples/lstmd.ipynb from top to bottom: usage: notebook.py URL

By Jupyter's own kernel (python3-nbclient and python3-ipykernel), or, where these are missing, cell
after cell in this process."""
import ast
import json
import os
import sys

folder = os.path.abspath("config/examples")
path = os.path.join(folder, "lstmd.ipynb")
os.environ["LSTMD_URL"] = sys.argv[1]
os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
os.environ["PYDEVD_DISABLE_FILE_VALIDATION"] = "1"  # which would only warn
sys.dont_write_bytecode = True
with open(path, encoding="utf-8") as file:
    notebook = json.load(file)
cells = ["".join(c["source"]) for c in notebook["cells"] if c["cell_type"] == "code"]
assert len(cells) >= 5 and not any(c.get("outputs") for c in notebook["cells"]), "stored outputs"


def by_kernel():
    """The texts that the cells put out."""
    import nbformat
    from nbclient import NotebookClient

    done = NotebookClient(
        nbformat.read(path, as_version=4), timeout=120, resources={"metadata": {"path": folder}}
    ).execute()
    outputs = [o for c in done.cells if c.cell_type == "code" for o in c.outputs]
    texts = [o.text if o.output_type == "stream" else o.data["text/plain"] for o in outputs]
    return "\n".join(texts)


def in_process():
    """As a kernel: the value of a last expression is put out."""
    os.chdir(folder)
    sys.path.insert(0, folder)
    names, out = {}, []
    names["print"] = lambda *a, sep=" ", **k: out.append(sep.join(map(str, a)))
    for source in cells:
        tree = ast.parse(source)
        last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, path, "exec"), names)
        if last:
            value = eval(compile(ast.Expression(last.value), path, "eval"), names)
            out.append("" if value is None else repr(value))
    return "\n".join(out)


try:
    import ipykernel  # noqa: F401
    import nbclient  # noqa: F401

    runner = by_kernel
except ImportError:
    print("notebook: Jupyter's kernel is missing (make deps-dev); cells run in this process")
    runner = in_process
text = runner()
for wanted in ("'mase'", "2021-01", "2021-02", "('dog', 'NN')", "422", "/params/horizon", "north"):
    assert wanted in text, (wanted, text)
print(f"notebook: {len(cells)} cells passed, {runner.__name__}, 0 failed")
