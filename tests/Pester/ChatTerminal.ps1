# A PowerShell in a terminal of 150 columns, for tests of Enter-CohereChat. Dot-source it in a Describe.

BeforeAll {
    $script:socket = "cohereshell-test-$PID"
    $script:folder = New-Item -ItemType Directory -Path (Join-Path $TestDrive 'chat')
    $script:transcript = Join-Path $folder 'transcript.txt'

    function Send-Key([string[]] $Key) { tmux -L $socket send-keys -t chat @Key }

    # Counts a text on the screen, however its lines are wrapped.
    function Measure-OnScreen([string] $Text) {
        ((Get-Screen) -replace '\s').Split([string[]] $Text, 'None').Count - 1
    }

    # Types a text and Enter. An Enter right behind a text is one that was pasted with it, so this waits until the text was read: it's
    # on the screen, unless the terminal doesn't read yet (-NotShown).
    function Send-Line([string] $Text, [switch] $NotShown) {
        $end = $Text -replace '\s'
        $end = $end.Substring([Math]::Max(0, $end.Length - 12))
        $before = Measure-OnScreen $end
        tmux -L $socket send-keys -t chat -l $Text
        if ($NotShown) {
            Start-Sleep -Milliseconds 150
        }
        else {
            Wait-Condition { (Measure-OnScreen $end) -gt $before }
        }

        Send-Key Enter
    }

    function Get-Screen { (tmux -L $socket capture-pane -p -J -S -200 -t chat) -join "`n" }

    function Wait-Screen([string] $Pattern, [int] $TimeoutSec = 60) {
        $waited = [System.Diagnostics.Stopwatch]::StartNew()
        while ((Get-Screen) -notlike "*$Pattern*") {
            if ($waited.Elapsed.TotalSeconds -gt $TimeoutSec) {
                throw "Not on the screen within $TimeoutSec s: $Pattern`n$(Get-Screen)"
            }

            Start-Sleep -Milliseconds 20
        }
    }

    # Clears the screen and what was scrolled off it. Waits for it, because Send-Line looks for new text.
    function Clear-Screen {
        Send-Line 'Clear-Host'
        Wait-Condition { (Test-Prompt) -and "$(tmux -L $socket capture-pane -p -t chat)" -notlike '*Clear-Host*' }
        tmux -L $socket clear-history -t chat
    }

    # A chat on an empty screen.
    function Enter-Chat([string] $Command = 'Enter-CohereChat') {
        Clear-Screen
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
