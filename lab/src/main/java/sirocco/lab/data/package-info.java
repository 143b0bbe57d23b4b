/// Files of records: lines, plain or compressed, JSON, CSV and Parquet.
package sirocco.lab.data;
