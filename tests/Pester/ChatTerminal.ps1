# A PowerShell in a terminal of 150 columns, for tests of Enter-CohereChat. Dot-source it in a Describe.

BeforeAll {
    $script:socket = "cohereshell-test-$PID"
    $script:folder = New-Item -ItemType Directory -Path (Join-Path $TestDrive 'chat')
    $script:transcript = Join-Path $folder 'transcript.txt'

    function Send-Key([string[]] $Key) { tmux -L $socket send-keys -t chat @Key }

    function Send-Line([string] $Text) {
        tmux -L $socket send-keys -t chat -l $Text
        # An Enter right behind a text is one that was pasted with it.
        Start-Sleep -Milliseconds 150
        Send-Key Enter
    }

    function Get-Screen { (tmux -L $socket capture-pane -p -J -S -200 -t chat) -join "`n" }

    function Wait-Screen([string] $Pattern, [int] $TimeoutSec = 30) {
        $waited = [System.Diagnostics.Stopwatch]::StartNew()
        while ((Get-Screen) -notlike "*$Pattern*") {
            if ($waited.Elapsed.TotalSeconds -gt $TimeoutSec) {
                throw "Not on the screen within $TimeoutSec s: $Pattern`n$(Get-Screen)"
            }

            Start-Sleep -Milliseconds 100
        }
    }

    # A chat on an empty screen.
    function Enter-Chat([string] $Command = 'Enter-CohereChat') {
        Send-Line 'Clear-Host'
        Start-Sleep -Milliseconds 500
        tmux -L $socket clear-history -t chat
        $script:isInChat = $true
        Send-Line $Command
        Wait-Screen '/exit leaves.'
    }

    function Exit-Chat {
        Send-Line '/exit'
        Send-Line "'le' + 'ft'"
        Wait-Screen "`nleft"
        $script:isInChat = $false
    }

    # Whether PowerShell waits for a command. The prompt of a chat looks different.
    function Test-Prompt { @((Get-Screen) -split "`n" | Where-Object { $_.Trim() })[-1] -match '^PS .*> *$' }

    function Open-Terminal {
        # A separate home folder, because the tests look at the history of the shell.
        tmux -L $socket -f /dev/null new-session -d -s chat -x 150 -y 40 "env HOME='$folder' XDG_DATA_HOME='$folder' XDG_CONFIG_HOME='$folder' XDG_CACHE_HOME='$folder' XDG_STATE_HOME='$folder/.local/state' $(Get-PowerShellCommandLine) -NoProfile -NoLogo -NoExit -EncodedCommand $encoded"
        Wait-Screen 'PS '
        $script:isInChat = $false
    }

    $begin = "Import-Module '$Manifest'; Set-Location '$folder'; Connect-Cohere -Emulator; `$null = Start-Transcript '$transcript'"
    $script:encoded = [Convert]::ToBase64String([System.Text.Encoding]::Unicode.GetBytes($begin))
    Open-Terminal
}

# A test that failed may have left its chat open. The next one would wait for a prompt in vain.
AfterEach {
    if ($isInChat -and -not (Test-Prompt)) {
        tmux -L $socket kill-server
        Open-Terminal
    }
}

AfterAll {
    if ($hasTerminal -or $socket) {
        tmux -L $socket kill-server
    }
}
