def exact(value):
    """A number of floating point as a fraction; None for what is none."""
    return Fraction(value) if math.isfinite(value) else None


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    with open(os.path.join(here, "expected.json")) as file:
        expected = json.load(file)
    with open(os.path.join(here, "config.json")) as file:
        config = json.load(file)
    step, start = network(here, config)
    n_steps = n_exact = n_wrong = 0
    within, beyond = [0, 0], [0, 0]
    for word in expected["words"]:
        state, readout = start(), None
        for number, token in enumerate(word["tokens"]):
            state, readout = step(state, token)
            n_steps += 1
            # Up to here no number of a step rounds: every bit must be right.
            if number < word["exact_tokens"]:
                n_exact += 1
                right = [exact(value) for value in readout] == [Fraction(text) for text in word["readouts"][number]]
                if number + 1 == word["exact_tokens"]:
                    values = [Fraction(0)] * len(config["coordinates"])
                    for place, text in word["state"]:
                        values[place] = Fraction(text)
                    right = right and [exact(value) for value in state] == values
                if not right:
                    n_wrong += 1
                    print(f"differs after token {number + 1} of `{word['word']}`")
        counted = within if word["exact_tokens"] == len(word["tokens"]) else beyond
        counted[0] += (readout[0] > 0) == word["accepted"]
        counted[1] += 1
    print(f"{n_exact - n_wrong} of {n_exact} steps in which nothing rounds are exact, of {n_steps} steps in all")
    print(f"{within[0]} of {within[1]} words are answered right where nothing rounds")
    print(f"{beyond[0]} of {beyond[1]} words are answered right where a step rounds, which is claimed of none")
    if n_wrong or within[0] < within[1]:
        return 1
    if not n_exact:
        print("undetermined: in every word the first step rounds already, so that nothing is claimed")
        return 3
    return 0


if __name__ == "__main__":
    sys.exit(main())
