DROP TABLE tour_stop;
