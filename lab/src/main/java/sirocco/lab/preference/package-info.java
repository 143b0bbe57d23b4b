/// Which answers are preferred: MT-Bench with a model as its judge, battles and ratings.
package sirocco.lab.preference;
