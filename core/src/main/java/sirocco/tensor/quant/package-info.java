/// Storage formats, one file each: how a block of numbers is read and made.
package sirocco.tensor.quant;
