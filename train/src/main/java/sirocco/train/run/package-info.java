/// A training run: settings, optimizer, steps, checkpoints and what is reported of them.
package sirocco.train.run;
