    def lengths(self):
        return [self.keys, 1, self.keys, self.keys, self.keys, self.values, self.keys, self.values]

    def update(self, memory, w, lambda_, kappa, a, ktilde, v, q, skip):
        """S diag(w) - lambda (S kappa) (a * kappa)^T + v ktilde^T"""
        read = torch.bmm(memory, kappa.unsqueeze(2)).squeeze(2)
        kept = memory * w.unsqueeze(1) - (lambda_ * read).unsqueeze(2) * (a * kappa).unsqueeze(1)
        return kept + v.unsqueeze(2) * ktilde.unsqueeze(1)
