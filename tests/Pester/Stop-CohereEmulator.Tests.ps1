#Requires -Module @{ ModuleName = 'Pester'; ModuleVersion = '5.5' }

BeforeAll {
    . $PSScriptRoot/Common.ps1
}

AfterAll {
    Restore-TestState
}

Describe 'Stop-CohereEmulator' {
    AfterEach { Stop-CohereEmulator }

    It 'stops the emulator that is given, and no other' {
        $one = Start-CohereEmulator
        $two = Start-CohereEmulator

        Stop-CohereEmulator $one | Should -BeNullOrEmpty

        $one.IsRunning | Should -BeFalse
        $two.IsRunning | Should -BeTrue
    }

    It 'takes emulators from the pipeline' {
        $emulators = (Start-CohereEmulator), (Start-CohereEmulator)

        $emulators | Stop-CohereEmulator

        $emulators.IsRunning | Should -Be $false, $false
    }

    It 'stops all of this runspace when none is given, and none of another' {
        $own = (Start-CohereEmulator), (Start-CohereEmulator)
        $shell = Get-OtherPowerShell
        try {
            $foreign = $shell.AddCommand('Start-CohereEmulator').Invoke()[0]

            Stop-CohereEmulator

            $own.IsRunning | Should -Be $false, $false
            $foreign.IsRunning | Should -BeTrue
        }
        finally {
            $shell.Runspace.Dispose()
            $shell.Dispose()
        }

        Wait-Condition { -not $foreign.IsRunning }
    }

    It 'can be called twice, and without an emulator' {
        $emulator = Start-CohereEmulator
        Stop-CohereEmulator $emulator

        { Stop-CohereEmulator $emulator -ErrorAction Stop } | Should -Not -Throw
        { Stop-CohereEmulator -ErrorAction Stop } | Should -Not -Throw
    }

    It 'stops nothing with -WhatIf' {
        $emulator = Start-CohereEmulator

        Stop-CohereEmulator -WhatIf

        $emulator.IsRunning | Should -BeTrue
    }

    It 'ends the calls that wait for it' {
        $emulator = Start-CohereEmulator -LatencyMs 60000
        $shell = Get-OtherPowerShell
        try {
            $running = $shell.AddScript('param($address) Connect-Cohere -BaseUri $address -ApiKey a-key-for-tests -MaxRetryCount 0; Invoke-CohereChat q').AddArgument($emulator.BaseUri).BeginInvoke()
            Wait-Condition { $emulator.RequestCount -gt 0 }

            Stop-CohereEmulator $emulator

            Wait-Condition { $running.IsCompleted }
            "$($shell.Streams.Error)" | Should -Not -BeNullOrEmpty
        }
        finally {
            $shell.Runspace.Dispose()
            $shell.Dispose()
        }
    }
}
