// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Freehold} from "../src/Freehold.sol";
import {IFreehold} from "../src/IFreehold.sol";
import {Test, Vm} from "./Test.sol";

contract FreeholdTest is Test {
    Freehold private freehold = new Freehold();
    address private constant REGISTER = 0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266;
    address private constant ANYONE = address(0xa11ce);
    bytes32 private constant ROOT = 0xa3e23b32ccb6bf96d092d165d8aa546e09829de8f03b0e8957581d1e16b92bdf;
    bytes32 private constant SECRET = 0x2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b;

    // anchor, latest

    function test_latest_isZeroBeforeTheFirstAnchor() external view {
        (uint64 size, bytes32 root) = freehold.latest(REGISTER);
        require(size == 0 && root == 0, "something is anchored");
    }

    /// The event of spec/anchor.md's example, byte for byte.
    function test_anchor_emitsTheExampleOfTheSpecification() external {
        _call(REGISTER, abi.encodeCall(freehold.anchor, (7, ROOT)));
        _emitted(
            0x0cd48d2f0de2b26babeaa563bc19f67e7b14bb998edeaabe4592e8b4472dda6b,
            REGISTER,
            hex"0000000000000000000000000000000000000000000000000000000000000007a3e23b32ccb6bf96d092d165d8aa546e09829de8f03b0e8957581d1e16b92bdf"
        );
    }

    function testFuzz_anchor_isKeptBySenderAndOnlyGrows(address register, address other, uint64 first, uint64 second, bytes32 a, bytes32 b) external {
        vm.assume(register != other);
        bool grows = first > 0;
        _anchor(register, 0, first, a);
        _latest(register, first, grows ? a : bytes32(0));

        _anchor(register, first, second, b);
        if (second > first) _latest(register, second, b);
        else _latest(register, first, grows ? a : bytes32(0));
        _latest(other, 0, 0);
    }

    function test_anchor_sizeMustGrow() external {
        _anchor(REGISTER, 0, 0, ROOT);
        _anchor(REGISTER, 0, 7, ROOT);
        _anchor(REGISTER, 7, 7, ROOT);
        _anchor(REGISTER, 7, 6, ROOT);
        _anchor(REGISTER, 7, 0, ROOT);
        _anchor(REGISTER, 7, type(uint64).max, ROOT);
        _anchor(REGISTER, type(uint64).max, type(uint64).max, ROOT);
        _anchor(ANYONE, 0, 1, ROOT);
    }

    function test_anchor_aRootOfZerosIsARoot() external {
        _anchor(REGISTER, 0, 7, ROOT);
        _anchor(REGISTER, 7, 8, 0);
        _latest(REGISTER, 8, 0);
    }

    // withdraw

    function testFuzz_withdraw_isAnEventAndNothingElse(address sender, address register, bytes32 secret) external {
        _call(sender, abi.encodeCall(freehold.withdraw, (register, secret)));
        _emitted(0x6ecbc70c26b02b821204839571ea973742fdc445dbfd00b71c513370f5d458ad, register, bytes.concat(secret));
        _latest(register, 0, 0);
        _call(sender, abi.encodeCall(freehold.withdraw, (register, secret))); // again is no error
    }

    // submit

    function testFuzz_submit_recordsAndWithdrawalsAreEmittedAsTheyAre(address sender, address register, bytes32 a, bytes32 b) external {
        bytes32 topic = 0xf6a230e3eb4c67694320ea6f456f09de9bbce3f1c6ac39fcb7f91d19ad95c14c;
        _call(sender, abi.encodeCall(freehold.submit, (register, bytes.concat(hex"0101", a, b))));
        _emitted(topic, register, bytes.concat(bytes32(uint256(32)), bytes32(uint256(66)), hex"0101", a, b, new bytes(30)));
        _call(sender, abi.encodeCall(freehold.submit, (register, bytes.concat(hex"0102", a))));
        _emitted(topic, register, bytes.concat(bytes32(uint256(32)), bytes32(uint256(34)), hex"0102", a, new bytes(30)));
        _latest(register, 0, 0);
    }

    function testFuzz_submit_anyBytes(address register, bytes calldata entry) external {
        _submit(register, entry);
    }

    /// Bytes that come near: small versions and kinds, lengths around those of entries.
    function testFuzz_submit_nearEntries(address register, uint256 version, uint256 kind, uint256 length, bytes32 a, bytes32 b, bytes32 c) external {
        bytes memory whole = bytes.concat(bytes1(uint8(version % 3)), bytes1(uint8(kind % 6)), a, b, c);
        uint8[12] memory lengths = [0, 1, 2, 33, 34, 34, 35, 42, 65, 66, 66, 67];
        bytes memory entry = new bytes(lengths[length % 12]);
        for (uint256 i = 0; i < entry.length; i++) entry[i] = whole[i];
        _submit(register, entry);
    }

    /// A sender can encode a call in other ways than compilers do; the event has one form.
    function test_submit_eventIsCanonicalWhateverTheCallLooksLike() external {
        bytes memory call = bytes.concat(
            freehold.submit.selector,
            bytes32(uint256(uint160(REGISTER))),
            bytes32(uint256(96)), // an offset that leaves a hole
            bytes32(type(uint256).max),
            bytes32(uint256(34)),
            hex"0102",
            SECRET,
            hex"ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff" // padding that is not zero
        );
        _call(ANYONE, call);
        _emitted(
            0xf6a230e3eb4c67694320ea6f456f09de9bbce3f1c6ac39fcb7f91d19ad95c14c,
            REGISTER,
            bytes.concat(bytes32(uint256(32)), bytes32(uint256(34)), hex"0102", SECRET, new bytes(30))
        );
    }

    // What it refuses, and what it cannot do

    function test_argumentsOutOfRangeAreRefused() external {
        bytes32 dirty = bytes32(uint256(uint160(REGISTER)) | (1 << 160));
        _refused(ANYONE, 0, abi.encodeWithSelector(freehold.anchor.selector, uint256(1) << 64, ROOT), "");
        _refused(ANYONE, 0, abi.encodeWithSelector(freehold.withdraw.selector, dirty, SECRET), "");
        _refused(ANYONE, 0, abi.encodeWithSelector(freehold.submit.selector, dirty, uint256(64), uint256(0)), "");
        _refused(ANYONE, 0, abi.encodeWithSelector(freehold.submit.selector, REGISTER, type(uint256).max), "");
        _refused(ANYONE, 0, abi.encodeWithSelector(freehold.submit.selector, REGISTER, uint256(64), type(uint256).max), "");
    }

    function testFuzz_etherIsRefused(uint96 value) external {
        vm.assume(value > 0);
        vm.deal(ANYONE, uint256(value) * 5);
        _refused(ANYONE, value, "", "");
        _refused(ANYONE, value, abi.encodeCall(freehold.anchor, (1, ROOT)), "");
        _refused(ANYONE, value, abi.encodeCall(freehold.withdraw, (REGISTER, SECRET)), "");
        _refused(ANYONE, value, abi.encodeCall(freehold.submit, (REGISTER, bytes.concat(hex"0102", SECRET))), "");
        _refused(ANYONE, value, abi.encodeCall(freehold.latest, (REGISTER)), "");
    }

    function testFuzz_otherCallsAreRefused(bytes calldata call) external {
        bytes4 start = bytes4(call);
        vm.assume(start != freehold.anchor.selector && start != freehold.withdraw.selector && start != freehold.submit.selector && start != freehold.latest.selector);
        _refused(ANYONE, 0, call, "");
    }

    /// No upgrade, no self-destruct, no call to others: the instructions for it are not in the code, which is nothing but code.
    function test_codeCannotCallCreateOrDestroy() external view {
        bytes memory code = address(freehold).code;
        for (uint256 i = 0; i < code.length; i++) {
            uint8 instruction = uint8(code[i]);
            require(instruction < 0xf0 || instruction == 0xf3 || instruction == 0xfd || instruction == 0xfe, "create, call or self-destruct");
            if (instruction >= 0x60 && instruction <= 0x7f) i += instruction - 0x5f;
        }
    }

    // Gas of whole transactions, held against snapshots/Freehold.json and the goals

    function test_gas() external {
        bytes32 next = keccak256("next");
        _gas("anchor, first", abi.encodeCall(freehold.anchor, (1_000_000, ROOT)), 70_000);
        _gas("anchor, steady", abi.encodeCall(freehold.anchor, (1_000_100, next)), 34_500);
        _gas("withdraw", abi.encodeCall(freehold.withdraw, (REGISTER, SECRET)), 26_000);
        _gas("submit, record", abi.encodeCall(freehold.submit, (REGISTER, bytes.concat(hex"0101", ROOT, next))), 27_500);
        _gas("submit, withdrawal", abi.encodeCall(freehold.submit, (REGISTER, bytes.concat(hex"0102", SECRET))), 26_000);
    }

    // Helpers

    function _gas(string memory name, bytes memory call, uint256 goal) private {
        _call(REGISTER, call);
        require(vm.snapshotGasLastCall("Freehold", name) <= goal, name);
    }

    function _call(address sender, bytes memory call) private {
        vm.recordLogs();
        vm.prank(sender);
        (bool success,) = address(freehold).call(call);
        require(success, "refused");
    }

    function _refused(address sender, uint256 value, bytes memory call, bytes memory reason) private {
        vm.recordLogs();
        vm.prank(sender);
        (bool success, bytes memory result) = address(freehold).call{value: value}(call);
        require(!success, "not refused");
        require(same(result, reason), "refused for another reason");
        require(vm.getRecordedLogs().length == 0, "refused, and an event");
    }

    function _emitted(bytes32 topic, address register, bytes memory data) private {
        Vm.Log[] memory logs = vm.getRecordedLogs();
        require(logs.length == 1, "not one event");
        require(logs[0].emitter == address(freehold), "of another contract");
        require(logs[0].topics.length == 2 && logs[0].topics[0] == topic && logs[0].topics[1] == bytes32(uint256(uint160(register))), "other topics");
        require(same(logs[0].data, data), "other data");
    }

    /// Anchors with the outcome that the rule demands: `last` is the size of the sender's last anchor.
    function _anchor(address register, uint64 last, uint64 size, bytes32 root) private {
        bytes memory call = abi.encodeCall(freehold.anchor, (size, root));
        if (size > last) {
            _call(register, call);
            _emitted(IFreehold.Anchored.selector, register, abi.encode(size, root));
        } else {
            _refused(register, 0, call, abi.encodeWithSelector(IFreehold.SizeNotAbove.selector, last, size));
        }
    }

    function _submit(address register, bytes memory entry) private {
        bool isRecord = entry.length == 66 && entry[0] == 0x01 && entry[1] == 0x01;
        bool isWithdrawal = entry.length == 34 && entry[0] == 0x01 && entry[1] == 0x02;
        bytes memory call = abi.encodeCall(freehold.submit, (register, entry));
        if (isRecord || isWithdrawal) {
            _call(ANYONE, call);
            _emitted(IFreehold.Submitted.selector, register, abi.encode(entry));
        } else {
            bytes2 start = bytes2(bytes.concat(entry, hex"0000"));
            _refused(ANYONE, 0, call, abi.encodeWithSelector(IFreehold.EntryRefused.selector, start, entry.length));
        }
    }

    function _latest(address register, uint64 size, bytes32 root) private view {
        (uint64 lastSize, bytes32 lastRoot) = freehold.latest(register);
        require(lastSize == size && lastRoot == root, "another anchor");
    }
}
