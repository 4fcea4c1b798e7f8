#Requires -Module @{ ModuleName = 'Pester'; ModuleVersion = '5.5' }

BeforeAll {
    . $PSScriptRoot/Common.ps1
    $script:picture = Join-Path $TestDrive 'dot.png'
    [System.IO.File]::WriteAllBytes($picture, (Get-TestPng))
}

AfterAll {
    Restore-TestState
}

Describe 'New-CohereChatMessage' {
    It 'makes a message of the user' {
        $message = New-CohereChatMessage 'Hello.'

        $message | Should -BeOfType CohereShell.ChatMessage
        $message.Role | Should -Be 'User'
        $message.Text | Should -Be 'Hello.'
        "$message" | Should -Be 'Hello.'
    }

    It 'makes a message of the role <_>' -ForEach 'User', 'Assistant', 'System' {
        (New-CohereChatMessage -Role $_ -Content 'x').Role | Should -Be $_
    }

    It 'needs no connection' {
        Disconnect-Cohere

        { New-CohereChatMessage 'x' } | Should -Not -Throw
    }

    It 'makes one message per string of the pipeline' {
        ('a', 'b' | New-CohereChatMessage -Role Assistant).Text | Should -Be 'a', 'b'
    }

    It 'holds text and images' {
        $message = New-CohereChatMessage 'Compare.' -Image $picture, 'https://example.com/a.png' -ImageDetail High

        $message.Content.Type | Should -Be 'Text', 'ImageUrl', 'ImageUrl'
        $message.Content[1].ImageUrl | Should -BeLike 'data:image/png;base64,*'
        $message.Content[2].ImageUrl | Should -Be 'https://example.com/a.png'
        $message.Content[2].ImageDetail | Should -Be 'High'
    }

    It 'holds an image alone' {
        (New-CohereChatMessage -Image $picture).Content | Should -HaveCount 1
    }

    It 'answers a tool call' {
        $message = New-CohereChatMessage '42' -Role Tool -ToolCallId 'c1'

        $message.Role | Should -Be 'Tool'
        $message.ToolCallId | Should -Be 'c1'
    }

    It 'refuses <Why>' -ForEach @(
        @{ Why = 'a message of nothing'; Arguments = @{} }
        @{ Why = 'an image of the model'; Arguments = @{ Role = 'Assistant'; Image = 'https://example.com/a.png' } }
        @{ Why = 'the role Tool without the call'; Arguments = @{ Role = 'Tool'; Content = 'x' } }
        @{ Why = 'a tool call of another role'; Arguments = @{ Content = 'x'; ToolCallId = 'c1' } }
        @{ Why = '-ImageDetail without -Image'; Arguments = @{ Content = 'x'; ImageDetail = 'Low' } }
    ) {
        $problem = Get-ErrorOf { New-CohereChatMessage @Arguments }

        $problem.FullyQualifiedErrorId | Should -BeLike 'CohereShell.InvalidCombination,*'
        $problem.ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
    }

    It 'refuses an empty text' {
        { New-CohereChatMessage '' } | Should -Throw
    }

    It 'refuses a role that there is not' {
        { New-CohereChatMessage 'x' -Role Boss } | Should -Throw -ErrorId 'CannotConvertArgument*'
    }

    It 'refuses a file that isn''t an image' {
        $path = Join-Path $TestDrive 'text.png'
        Set-Content -LiteralPath $path -Value 'This is no image.'

        (Get-ErrorOf { New-CohereChatMessage 'x' -Image $path }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.NotAnImage,*'
    }

    It 'completes -Role' {
        (Get-TabCompletion 'New-CohereChatMessage -Role A').CompletionText | Should -Be 'Assistant'
    }
}
