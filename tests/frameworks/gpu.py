"""Kernels of flash-linear-attention on golden vectors, on a GPU, bit for bit. NOT RUN by `make frameworks` or by CI, which have
no GPU; written for flash-linear-attention 0.6.0.

    reduce vectors delta-rule -o delta; reduce vectors gated-delta-rule -o gated; reduce vectors delta-product -o product
    python tests/frameworks/gpu.py delta gated product

Prints one line for each kernel and file. The exit code is 0 where every bit is the same, 1 where one is not, 2 for misuse.
With --reference the library's reference functions run on the CPU instead of its kernels: that tests this script, and nothing
else.
"""
import importlib.metadata
import importlib.util
import os
import sys

COLUMNS = "{:<34} {:<8} {:>7} {:>9} {:>8} {:>12} {:>12}"


def rule_of(folder):
    with open(os.path.join(folder, "README.md")) as file:
        return file.readline().removeprefix("# Golden vectors:").strip()


def reference(folder):
    """The reference function that stands in the folder's own test, sequence by sequence."""
    import torch

    spec = importlib.util.spec_from_file_location("golden", os.path.join(folder, "test_golden.py"))
    golden = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(golden)

    def run(q, k, v, g, beta, cu_seqlens):
        edges, steps = cu_seqlens.tolist(), k.shape[1] // q.shape[1]
        outputs, states = [], []
        for start, end in zip(edges, edges[1:]):
            inner = slice(start * steps, end * steps)
            one = (q[:, start:end], k[:, inner], v[:, inner], g[:, start:end], beta[:, inner])
            output, state = golden.kernel(*one)
            outputs.append(output)
            states.append(state)
        return torch.cat(outputs, 1), torch.cat(states)

    return {"reference": run}


def kernels(rule):
    """The kernels of a rule, each (q, k, v, g, beta, cu_seqlens) -> (outputs, states)."""
    if rule == "delta-rule":
        from fla.ops.delta_rule import chunk_delta_rule, fused_recurrent_delta_rule

        def ungated(kernel):
            return lambda q, k, v, g, beta, edges: kernel(q, k, v, beta, output_final_state=True, cu_seqlens=edges)

        return {kernel.__name__: ungated(kernel) for kernel in (chunk_delta_rule, fused_recurrent_delta_rule)}
    if rule == "gated-delta-rule":
        from fla.ops.gated_delta_rule import chunk_gated_delta_rule, fused_recurrent_gated_delta_rule

        def gated(kernel):
            return lambda q, k, v, g, beta, edges: kernel(
                q, k, v, g=g, beta=beta, output_final_state=True, cu_seqlens=edges
            )

        return {kernel.__name__: gated(kernel) for kernel in (chunk_gated_delta_rule, fused_recurrent_gated_delta_rule)}
    if rule == "delta-product":
        from fla.ops.gated_delta_product import chunk_gated_delta_product

        def product(q, k, v, g, beta, edges):
            steps = k.shape[1] // q.shape[1]
            return chunk_gated_delta_product(
                q, k, v, g, beta, num_householder=steps, output_final_state=True, cu_seqlens=edges
            )

        return {"chunk_gated_delta_product": product}
    sys.exit(f"gpu.py: expected golden vectors of a rule that is known, got `{rule}`")


def compare(name, file, run, case):
    """Runs one kernel on one file, prints a line, and says whether every bit is the same."""
    import torch

    inputs = [case[key] for key in ("q", "k", "v", "g", "beta")]
    try:
        output, state = run(*inputs, case["cu_seqlens"])
    except Exception as error:
        print(COLUMNS.format(name, file, case["q"].shape[1], "error", "error", "", ""), type(error).__name__, error)
        return False
    output, state = output.to(case["o"].dtype), state.float()
    same = [torch.equal(output, case["o"]), torch.equal(state, case["final_state"])]
    off = [(left.double() - right.double()).abs().max().item() for left, right in ((output, case["o"]), (state, case["final_state"]))]
    words = ["equal" if bits else "DIFFER" for bits in same]
    print(COLUMNS.format(name, file, case["q"].shape[1], *words, *(f"{value:.3g}" for value in off)))
    return all(same)


def main(arguments):
    on_cpu = "--reference" in arguments
    folders = [argument for argument in arguments if argument != "--reference"]
    if not folders or any(folder.startswith("-") for folder in folders):
        print("gpu.py: expected folders of golden vectors, as `reduce vectors` writes them", file=sys.stderr)
        return 2
    for folder in folders:
        if not os.path.isfile(os.path.join(folder, "single.safetensors")):
            print(f"gpu.py: {folder}: expected a folder of golden vectors", file=sys.stderr)
            return 2
    import torch
    from safetensors.torch import load_file

    if not on_cpu and not torch.cuda.is_available():
        print("gpu.py: expected a GPU, got none; --reference runs the reference functions on the CPU", file=sys.stderr)
        return 2
    device = "cpu" if on_cpu else "cuda"
    versions = {name: importlib.metadata.version(name) for name in ("torch", "flash-linear-attention")}
    print("CPU" if on_cpu else torch.cuda.get_device_name(), versions)
    print(COLUMNS.format("kernel", "file", "tokens", "outputs", "states", "off by", "off by"))
    all_same = True
    for folder in folders:
        for name, run in (reference(folder) if on_cpu else kernels(rule_of(folder))).items():
            for file in ("single", "packed"):
                case = load_file(os.path.join(folder, f"{file}.safetensors"), device=device)
                all_same &= compare(f"{rule_of(folder)}: {name}" if on_cpu else name, file, run, case)
    return 0 if all_same else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
