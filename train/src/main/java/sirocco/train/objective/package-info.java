/// What is learned beyond the next token: preferences (DPO and its kin).
package sirocco.train.objective;
