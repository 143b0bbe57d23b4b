/// LoRA: small matrices that are trained beside frozen weights, in PEFT's files.
package sirocco.train.adapter;
