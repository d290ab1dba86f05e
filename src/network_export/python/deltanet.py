    def lengths(self):
        return [1, self.keys, self.values, self.keys, self.values]

    def update(self, memory, beta, k, v, q, skip):
        """S + beta (v - S k) k^T"""
        error = v - torch.bmm(memory, k.unsqueeze(2)).squeeze(2)
        return memory + (beta * error).unsqueeze(2) * k.unsqueeze(1)
