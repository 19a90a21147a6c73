// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Freehold} from "../src/Freehold.sol";
import {Test, Vm} from "./Test.sol";

/// The contract against spec/vectors, which the library's tests read too.
contract FreeholdVectorsTest is Test {
    Freehold private freehold = new Freehold();

    function test_entries_thatAreValidAreTakenIfRecordOrWithdrawal() external {
        Vm.DirEntry[] memory files = vm.readDir("../spec/vectors/entry/valid");
        require(files.length >= 13, "vectors are missing");
        for (uint256 i = 0; i < files.length; i++) {
            string memory json = vm.readFile(files[i].path);
            bytes memory kind = bytes(vm.parseJsonString(json, ".entry.kind"));
            bool taken = same(kind, "record") || same(kind, "withdrawal");
            require(_submit(_bytes(json, ".bytes")) == taken, files[i].path);
        }
    }

    function test_entries_thatAreInvalidAreRefused() external {
        Vm.DirEntry[] memory files = vm.readDir("../spec/vectors/entry/invalid");
        require(files.length >= 24, "vectors are missing");
        for (uint256 i = 0; i < files.length; i++) require(!_submit(_bytes(vm.readFile(files[i].path), ".bytes")), files[i].path);
    }

    /// The secret of an event opens the lock by the chain's own SHA-256, as by ours.
    function test_locks_openToWhatTheEventSays() external {
        Vm.DirEntry[] memory files = vm.readDir("../spec/vectors/lock/valid");
        require(files.length >= 18, "vectors are missing");
        for (uint256 i = 0; i < files.length; i++) {
            string memory json = vm.readFile(files[i].path);
            vm.recordLogs();
            freehold.withdraw(address(this), bytes32(_bytes(json, ".secret")));
            bytes memory secret = vm.getRecordedLogs()[0].data;
            require(sha256(secret) == bytes32(_bytes(json, ".lock")), files[i].path);
        }
    }

    function _submit(bytes memory entry) private returns (bool success) {
        (success,) = address(freehold).call(abi.encodeCall(freehold.submit, (address(this), entry)));
    }

    function _bytes(string memory json, string memory key) private pure returns (bytes memory) {
        return vm.parseBytes(string.concat("0x", vm.parseJsonString(json, key)));
    }
}
