drop table experiment_product, experiment_cluster, experiment;
