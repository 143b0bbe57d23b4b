/// Reading recipes: the files that say what a command is to do.
package sirocco.train.recipe;
