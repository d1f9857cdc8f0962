INSERT INTO balances VALUES ('c1', 100), ('c2', 0);
